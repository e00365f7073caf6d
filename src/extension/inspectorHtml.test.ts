import assert from "node:assert/strict";
import test from "node:test";
import { inspectorHtml } from "./inspectorHtml.ts";

test("the policy lets in our files and the one script that carries its nonce", () => {
  const make = (): string => inspectorHtml({ cspSource: "https://host.example", script: "https://host.example/main.js?a&b", style: "https://host.example/style.css", language: "ja", strings: '{"a \\"b\\"":"<script>"}' });
  const page = make();
  const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? "";
  assert.ok(policy.startsWith("default-src 'none';"));
  assert.ok(!policy.includes("unsafe"));
  const nonce = /script-src 'nonce-([\w-]+)'/.exec(policy)?.[1] ?? "";
  assert.ok(nonce.length >= 16);
  assert.deepEqual(page.match(/<script[^>]*>/g), [`<script nonce="${nonce}" src="https://host.example/main.js?a&amp;b">`]);
  assert.match(page, /<html lang="ja">/);
  assert.match(page, /data-l10n="{&quot;a \\&quot;b\\&quot;&quot;:&quot;&lt;script>&quot;}"/);
  assert.equal(/<style|style="/.test(page), false);
  assert.notEqual(page, make());
});

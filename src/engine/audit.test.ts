import assert from "node:assert/strict";
import test from "node:test";
import { namedSamples } from "../core/audit/namedSamples.ts";
import type { AuditEvent } from "../core/audit/auditEvent.ts";
import { appendAudit } from "../core/audit/auditLog.ts";
import { testFolder } from "../core/dataset/folder.fixture.ts";
import { auditOf, auditSentence } from "./audit.ts";

const SHA = "abcdef0123456789".repeat(4);

test("each event is one sentence that says when it matters: counts, by hand, by rule, files, digests", async (t) => {
  const root = testFolder(t);
  const events: readonly (readonly [event: AuditEvent, sentence: string])[] = [
    [{
      event: "selected", selection: "v1", sha256: SHA, dataset: ".", datasetDigest: "d", configDigest: "0123456789abcdef", samples: 12000, kept: 3600, dropped: 8400, protectedByHand: namedSamples(["a", "b"]), excludedByHand: namedSamples([]),
      rules: [{ name: "rare", action: "protect", samples: namedSamples(["c"]) }],
    }, "Selected \"v1\": 3,600 of 12,000 samples kept, 8,400 dropped; 2 protected by hand, 0 excluded by hand, by rule: rare (1); file abcdef012345, configuration 0123456789ab."],
    [{ event: "approved", selection: "v1", sha256: SHA, note: "" }, "Approved \"v1\", file abcdef012345."],
    [{ event: "exported", selection: "v1", sha256: SHA, configDigest: null, form: "copy", out: "/out", files: 3600, bytes: 5, kept: 3600 }, "Exported the 3,600 kept samples of \"v1\" as copy to /out: 3,600 files, 5 bytes; file abcdef012345."],
    [{ event: "quarantined", selection: "v1", sha256: SHA, configDigest: null, operation: "q1", files: 2, bytes: 10, samples: namedSamples(["a", "b"]) }, "Moved 2 files that \"v1\" drops into quarantine \"q1\" (samples: 2): 10 bytes; file abcdef012345."],
    [{ event: "restored", operation: "q1", whole: false, files: 1, left: 1, samples: namedSamples(["a"]) }, "Moved 1 file of quarantine \"q1\" back; left there: 1."],
    [{ event: "restored", operation: "q1", whole: true, files: 1, left: 0, samples: namedSamples(["a"]) }, "Moved all of quarantine \"q1\" back: 1 file."],
  ];
  for (const [event] of events) await appendAudit(root, event);
  const { entries, total, head, problems } = await auditOf(root);
  assert.deepEqual(entries.map(({ sentence }) => sentence), events.map(([, sentence]) => sentence));
  assert.deepEqual([total, problems, head], [events.length, [], entries.at(-1)?.hash]);
  assert.deepEqual((await auditOf(root, head ?? "")).problems, []);
  assert.match((await auditOf(root, SHA)).problems.join(), /^\.infomax\/audit\.jsonl:6: no entry has the expected hash/);
});

test("an entry of a stranger, whose members are missing or of other types, is still a sentence", () => {
  for (const event of ["selected", "approved", "exported", "quarantined", "restored", "other"]) {
    for (const members of [{}, { selection: 1, kept: "x", samples: [], rules: [null, { name: {} }], note: null, sha256: {}, whole: "yes" }, { selection: "x".repeat(1e6), rules: Array.from({ length: 1000 }, () => ({})) }]) {
      const sentence = auditSentence({ event, members });
      assert.ok(sentence.length > 0 && sentence.length < 2000, event);
    }
  }
});

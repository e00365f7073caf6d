"use strict";
// Writes "<time in ms> <longest delay in ms>" for each quarter second to the file that INFOMAX_DELAYS names.
const { appendFileSync } = require("node:fs");
const { monitorEventLoopDelay } = require("node:perf_hooks");

const RESOLUTION_MS = 5;

exports.activate = (context) => {
  const file = process.env.INFOMAX_DELAYS;
  if (file === undefined) return;
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delays.enable();
  const timer = setInterval(() => {
    // The timer of the histogram itself is counted in.
    appendFileSync(file, `${Date.now()} ${Math.max(0, delays.max / 1e6 - RESOLUTION_MS).toFixed(1)}\n`);
    delays.reset();
  }, 250);
  context.subscriptions.push({ dispose: () => { clearInterval(timer); } });
};

import { startStack } from "../start.ts";

/** A stack in a process that tests can kill: run.ts <root> <data folder> <snapshots>. Prints its address once it serves. */
const [root, dataDir, snapshots] = Deno.args;
const stack = await startStack({ root, dataDir, snapshots, port: 0, log: () => {} });
console.log(stack.url);

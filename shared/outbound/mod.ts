export { isPublicAddress } from "./address.ts";
export { type Allowance, operatorAllowance } from "./allowance.ts";
export { readSome } from "./body.ts";
export { closeConnections } from "./connections.ts";
export { type OutboundCode, OutboundError } from "./failure.ts";
export { type OutboundInit, type OutboundOptions, safeFetch } from "./fetch.ts";
export { type Resolver, resolveTarget, systemResolver } from "./target.ts";

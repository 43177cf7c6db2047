export { refuseSecretInBrowser } from "./api-keys.ts";
export { type Auth, type AuthOptions, createAuth, type Engine } from "./gateway.ts";
export { createSigningKey, loadSigningKey } from "./signing-key.ts";
export { type Claims, isExpired, type Jwks } from "./tokens.ts";

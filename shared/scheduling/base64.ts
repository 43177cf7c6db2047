/** Base64 of bytes. In pieces: a call takes so many arguments only. */
export function encodeBase64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}

/** The bytes of base64, whose lines may be broken as the database breaks them. */
export function decodeBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text.replaceAll("\n", "")), (character) => character.charCodeAt(0));
}

// Names, user agents and paths in events come from attackers; a terminal obeys what it is sent. Control characters (C0,
// DEL, C1) could move the cursor or set the title, bidirectional ones make a text read as another.
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const unsafe = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g

/** @returns the text with every character that could act on a terminal written as `\u001b` is here */
export function printable(text: string): string {
  return text.replace(unsafe, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

const SPECIAL = /[&<>"']|\p{Cc}/gu;

/** Escapes text for XML content. Control characters are written as references, as AWS does. */
export function escapeXml(text: string): string {
  return text.replaceAll(SPECIAL, (character) => ENTITIES[character] ?? reference(character));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

function reference(character: string): string {
  return `&#x${character.charCodeAt(0).toString(16)};`;
}

/** One XML element with text or with elements inside. Undefined content gives no element. */
export function element(name: string, content: string | undefined): string {
  return content === undefined ? '' : `<${name}>${content}</${name}>`;
}

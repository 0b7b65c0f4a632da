import type { Budget } from '../budget.ts'
import { CLASS } from '../classes.ts'
import { decodeUtf7 } from '../decode/utf7.ts'
import { hitOf } from '../hit.ts'
import { findMarkup } from '../html/markup.ts'
import type { Bytes, Detector, Hit } from '../types.ts'

// XML 1.0, sections 2.8 (document type declaration) and 4.2 (entity declarations).
const ENTITY = /<!ENTITY\s{1,20}(?:%\s{0,20})?[^\s>]{1,200}\s{1,20}(?:SYSTEM|PUBLIC|["'])/i
const DOCTYPE = /<!DOCTYPE\s{1,20}([^\s[>]{1,200})\s{0,20}(?:(SYSTEM|PUBLIC)\s{0,20}(["'][^"'>]{0,400}["']?)|(\[))?/i
const SUBSET =
  /<!(?:ATTLIST|ELEMENT|NOTATION)\s{1,20}[^\s>]{1,200}\s{1,20}[^>]{1,400}\b(?:SYSTEM|CDATA|ENTIT(?:Y|IES))\b|%[a-z_][\w.-]{0,60};\s{0,20}\]/i

/** XInclude 1.1, 4; XML Schema 1.0, 4.2; XSLT 1.0, 12.4; xml-stylesheet 1.0, 4. */
const INCLUDE =
  /<(?:[a-z][\w.-]{0,30}:)?(?:include|import|redefine|override)\s[^>]{0,600}?\b(?:href|schemaLocation|namespace|location)\s{0,8}=\s{0,8}["'](?:[a-z][a-z0-9+.-]*:|\/\/)/i
const XINCLUDE = /http:\/\/www\.w3\.org\/2001\/XInclude/i
const STYLESHEET =
  /<\?xml-stylesheet\s[^>]{0,400}\bhref\s{0,16}=\s{0,16}["'](?:[a-z][a-z0-9+.-]*:|\/\/)|<(?:[a-z]{1,12}:)?(?:value-of|copy-of|variable|include|script)\s[^>]{0,400}(?:system-property|document\(|unparsed-text|implements-prefix|php:function|\brt:)/i
const SCHEMA = /\b(noNamespaceSchemaLocation|schemaLocation)\s{0,8}=\s{0,8}["']([^"'>]{1,2000})["']/gi

const concerns = (classes: number): boolean =>
  (classes & CLASS.angle) !== 0 || (classes & (CLASS.plus | CLASS.minus)) === (CLASS.plus | CLASS.minus)

/** External entities, inclusions and transformations of XML, and markup that is hidden in sections of it. */
export const xml: Detector = { name: 'xml', concerns, detect }

function detect(value: Bytes, budget: Budget, classes: number): Hit | null {
  const text = (classes & CLASS.plus) === 0 ? value : decodeUtf7(value)
  const found = inMarkup(text, budget)
  return found === null || text === value ? found : { ...found, start: 0, end: value.length }
}

function inMarkup(value: Bytes, budget: Budget): Hit | null {
  if (!value.includes('<')) return null
  budget.take(value.length >> 3)
  return (
    hitOf(ENTITY.exec(value), 'entity', 'a document type', 'an entity is declared') ??
    doctype(value) ??
    hitOf(SUBSET.exec(value), 'subset', 'a document type', 'a document type of its own') ??
    hitOf(XINCLUDE.exec(value), 'inclusion', 'XML', 'another document is included') ??
    hitOf(INCLUDE.exec(value), 'inclusion', 'XML', 'another document is included') ??
    hitOf(STYLESHEET.exec(value), 'transformation', 'XML', 'a transformation reaches beyond its document') ??
    schema(value) ??
    sections(value)
  )
}

/** `<!DOCTYPE html>` and the published identifiers of HTML are not fetched; every other external identifier is. */
function doctype(value: Bytes): Hit | null {
  const match = DOCTYPE.exec(value)
  if (match === null || match[2] === undefined) return null
  const published =
    /^["']-\/\/(?:W3C|IETF)\/\/DTD X?HTML/i.test(match[3] ?? '') || /^["']about:legacy-compat/i.test(match[3] ?? '')
  return published ? null : hitOf(match, 'doctype', 'a document type', 'a document type is fetched')
}

/** XML Schema 1.0, 4.3.2: pairs of a namespace and where its schema is. A schema from another host than its namespace is fetched by a stranger's wish. */
function schema(value: Bytes): Hit | null {
  SCHEMA.lastIndex = 0
  for (let match = SCHEMA.exec(value); match !== null; match = SCHEMA.exec(value)) {
    const words = (match[2] ?? '').trim().split(/\s+/)
    const alone = (match[1] ?? '').startsWith('no') || words.length % 2 === 1
    const foreign = words.some(
      (word, at) =>
        (alone || at % 2 === 1) &&
        /^(?:[a-z][a-z0-9+.-]*:|\/\/)/i.test(word) &&
        (alone || host(word) !== host(words[at - 1] ?? '')),
    )
    if (foreign) return hitOf(match, 'schema', 'XML', 'a schema is fetched from elsewhere')
  }
  return null
}

function host(address: string): string {
  return /^[a-z][a-z0-9+.-]*:\/\/(?:www\.)?([^/:]+)/i.exec(address)?.[1]?.toLowerCase() ?? ''
}

/** `<![CDATA[<]]>script`: what a parser of XML makes of its sections may be markup. 2.7 */
function sections(value: Bytes): Hit | null {
  if (!value.includes('<![CDATA[')) return null
  const found = findMarkup(value.replace(/<!\[CDATA\[|\]\]>/g, ''))
  return found === undefined ? null : { ...found, context: 'CDATA sections', start: 0, end: value.length }
}

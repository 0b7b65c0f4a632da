import { html, Html } from '../../../platform/http/html.ts'
import type { Filled, Paragraph } from './fill.ts'

export interface Rendered {
  readonly subject: string
  readonly text: string
  readonly html: string
}

export interface Frame {
  readonly installation: string
  /** where the pages are: an origin */
  readonly home: string
  /** `#rrggbb`, readable on white; of the button */
  readonly accent: string | null
  /** of the person, where the letter goes to one */
  readonly name: string | null
  /** notices say when, and what to do when it was not you */
  readonly at: Date | null
}

/** A letter as text and as HTML, of the same paragraphs. Nothing in it is loaded from elsewhere. */
export function render({ subject, paragraphs }: Filled, frame: Frame): Rendered {
  const all: Paragraph[] = [
    { kind: 'words', text: frame.name === null ? 'Hello,' : `Hello ${frame.name},` },
    ...paragraphs,
    ...(frame.at === null ? [] : afterwards(frame.at, frame.home)),
  ]
  const foot = `${frame.installation} · ${frame.home}`
  return {
    subject,
    text: `${all.map(asText).join('\n\n')}\n\n-- \n${foot}\n`,
    html: page(subject, all, { foot, accent: frame.accent ?? blue }),
  }
}

function afterwards(at: Date, home: string): Paragraph[] {
  const when = `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`
  return [
    {
      kind: 'words',
      text: `This happened at ${when}. If it was you, there is nothing to do. If not, choose a new password:`,
    },
    { kind: 'link', href: `${home}/recover`, label: 'It was not me' },
  ]
}

function asText(paragraph: Paragraph): string {
  switch (paragraph.kind) {
    case 'link':
      return paragraph.href
    case 'code':
      return `    ${paragraph.code}`
    default:
      return paragraph.text
  }
}

const blue = '#1f5fbf'

const page = (
  title: string,
  paragraphs: readonly Paragraph[],
  { foot, accent }: { readonly foot: string; readonly accent: string },
): string =>
  html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${title}</title></head>
<body style="margin:0;padding:24px;background:#f6f7f8;color:#1b1f24;font:16px/1.5 system-ui,sans-serif">
<div style="max-width:560px;margin:0 auto;padding:24px 32px;background:#ffffff;border:1px solid #dfe3e8;border-radius:8px">
${paragraphs.map((paragraph) => asHtml(paragraph, accent))}
</div>
<p style="max-width:560px;margin:16px auto;color:#5c6570;font-size:13px">${foot}</p>
</body></html>
`.text

function asHtml(paragraph: Paragraph, accent: string): Html {
  switch (paragraph.kind) {
    case 'link':
      return html`<p><a href="${paragraph.href}" style="display:inline-block;padding:10px 18px;background:${accent};color:#ffffff;border-radius:6px;text-decoration:none">${paragraph.label}</a></p>
<p style="font-size:13px;color:#5c6570;word-break:break-all">${paragraph.href}</p>
`
    case 'code':
      return html`<p style="font:600 24px/1.4 ui-monospace,monospace;letter-spacing:0.1em">${paragraph.code}</p>
`
    default:
      return html`<p>${paragraph.text}</p>
`
  }
}

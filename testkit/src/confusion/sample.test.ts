import { expect, it } from 'vitest'
import { place } from './sample.ts'

const text = `O'Brien & 50 %`

it('puts a text where it stands, and gives detectors what a server would read there', () => {
  const encoded = 'O%27Brien%20%26%2050%20%25'
  expect(place('k', text, 'query', encoded)).toMatchObject({ target: `/?text=${encoded}`, values: [text] })
  expect(place('k', text, 'path', encoded)).toMatchObject({ target: `/${encoded}`, values: [`/${text}`, text] })
  expect(place('k', text, 'form', encoded)).toMatchObject({ body: `text=${encoded}`, values: [text] })
  expect(place('k', text, 'multipart').body).toContain(`\r\n\r\n${text}\r\n`)
  expect(place('k', text, 'json')).toMatchObject({ body: JSON.stringify({ text }), values: [text] })
  expect(place('k', text, 'header').headers).toContainEqual(['X-Text', text])
  expect(place('k', text, 'agent').headers.filter(([name]) => name === 'User-Agent')).toEqual([['User-Agent', text]])
  expect(place('k', 'a=1; b=%27', 'cookie').values).toEqual(['1', "'"])
})

it('sends a JSON document as the body, its names and strings one by one, and other documents in a form', () => {
  expect(place('k', '{"a":[1,"é"]}', 'document').values).toEqual(['0', '1', 'Ã©', 'a', ''])
  expect(place('k', '<a/>', 'document').body).toBe('text=%3Ca%2F%3E')
})

it('says how long a body is, in bytes', () => {
  const { headers, body } = place('k', 'é', 'raw')
  expect(body).toBe('Ã©')
  expect(headers).toContainEqual(['Content-Length', '2'])
})

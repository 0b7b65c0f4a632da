const word = { type: 'string', pattern: '^[a-z]+$' }
const text = { type: 'string', maxLength: 2000 }

/** What describes the requests of the CRS's row: a search, and an order of 98 values, of which every third is a number and two of seven are free text. */
export const document = {
  openapi: '3.1.0',
  paths: {
    '/products/search': {
      get: {
        parameters: [
          { name: 'q', in: 'query', schema: text },
          { name: 'page', in: 'query', schema: { type: 'integer', minimum: 1 } },
          { name: 'sort', in: 'query', schema: word },
          { name: 'category', in: 'query', schema: word },
        ],
        responses: {},
      },
    },
    '/api/orders': {
      post: {
        requestBody: {
          content: {
            'application/json': {
              schema: {
                type: 'object',
                additionalProperties: {
                  type: 'object',
                  properties: Object.fromEntries(
                    Array.from({ length: 7 }, (_, n) => [
                      `field${n}`,
                      n % 3 === 0 ? { type: 'integer' } : n < 3 ? text : word,
                    ]),
                  ),
                },
              },
            },
          },
        },
        responses: {},
      },
    },
    '/notes': {
      post: {
        requestBody: {
          content: {
            'application/x-www-form-urlencoded': {
              schema: { type: 'object', properties: { text: { type: 'string' } } },
            },
          },
        },
        responses: {},
      },
    },
  },
}

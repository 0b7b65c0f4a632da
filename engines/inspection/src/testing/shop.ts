/** A small API with a bit of everything. */
export const shop: Readonly<Record<string, unknown>> = {
  openapi: '3.1.0',
  info: { title: 'Shop', version: '1' },
  servers: [{ url: 'https://shop.example/v1' }],
  paths: {
    '/orders': {
      get: {
        parameters: [
          { name: 'state', in: 'query', schema: { enum: ['open', 'paid'] } },
          { name: 'limit', in: 'query', schema: { type: 'integer', minimum: 1, maximum: 100 } },
          { name: 'tags', in: 'query', schema: { type: 'array', items: { type: 'string', pattern: '^[a-z-]+$' } } },
          { name: 'ids', in: 'query', explode: false, schema: { type: 'array', items: { type: 'integer' } } },
          {
            name: 'filter',
            in: 'query',
            style: 'deepObject',
            schema: { type: 'object', properties: { from: { type: 'string', format: 'date' } } },
          },
          { name: 'q', in: 'query', schema: { type: 'string' } },
          { name: 'X-Trace', in: 'header', schema: { type: 'string', format: 'uuid' } },
          { name: 'theme', in: 'cookie', schema: { enum: ['dark', 'light'] } },
        ],
        responses: {
          200: {
            description: '',
            content: {
              'application/json': { schema: { type: 'array', items: { $ref: '#/components/schemas/Order' } } },
            },
          },
        },
      },
      post: {
        requestBody: {
          required: true,
          content: {
            'application/json': { schema: { $ref: '#/components/schemas/Order' } },
            'application/x-www-form-urlencoded': { schema: { $ref: '#/components/schemas/Order' } },
          },
        },
        responses: {
          '2XX': {
            description: '',
            content: { 'application/json': { schema: { $ref: '#/components/schemas/Order' } } },
          },
        },
      },
    },
    '/orders/{id}': {
      parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'integer' } }],
      get: { responses: {} },
      delete: { responses: {} },
    },
    '/orders/latest': { get: { responses: {} } },
    '/files/{name}.json': {
      get: { parameters: [{ name: 'name', in: 'path', required: true, schema: { type: 'string' } }], responses: {} },
    },
    '/pictures': {
      post: {
        requestBody: {
          content: {
            'multipart/form-data': {
              schema: {
                type: 'object',
                properties: { title: { type: 'string' }, file: { type: 'string', format: 'binary' } },
              },
              encoding: { file: { contentType: 'image/png' } },
            },
          },
        },
        responses: {},
      },
    },
  },
  components: {
    schemas: {
      Order: {
        type: 'object',
        required: ['item', 'id'],
        properties: {
          id: { type: 'integer', readOnly: true },
          item: { type: 'string', pattern: '^[A-Z]{2}-\\d{4}$' },
          count: { type: 'integer', default: 1 },
          note: { type: 'string', maxLength: 2000 },
          callback: { type: 'string', format: 'uri' },
          placed: { type: 'string', format: 'date-time' },
          password: { type: 'string', writeOnly: true },
          labels: { type: 'object', additionalProperties: { type: 'string' } },
          parts: { type: 'array', items: { $ref: '#/components/schemas/Order' } },
          payment: { oneOf: [{ $ref: '#/components/schemas/Card' }, { $ref: '#/components/schemas/Transfer' }] },
        },
      },
      Card: { type: 'object', required: ['card'], properties: { card: { type: 'string', format: 'uuid' } } },
      Transfer: {
        type: 'object',
        required: ['iban'],
        properties: { iban: { type: 'string', pattern: '^[A-Z0-9]{15,34}$' } },
      },
    },
  },
}

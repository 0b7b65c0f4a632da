/** Why something was found; stable. */
export type Code = ReadingCode | SchemaCode | 'attack_detected' | LeakCode

/** Two programs may read it in two ways, or it is more than is read. */
export type ReadingCode =
  | 'target_ambiguous'
  | 'query_ambiguous'
  | 'cookie_ambiguous'
  | 'header_ambiguous'
  | 'content_type_ambiguous'
  | 'content_encoding_unsupported'
  | 'content_encoding_malformed'
  | 'charset_unsupported'
  | 'text_not_utf8'
  | 'json_malformed'
  | 'json_duplicate_name'
  | 'json_too_complex'
  | 'form_malformed'
  | 'multipart_ambiguous'
  | 'xml_malformed'
  | 'xml_document_type'
  | 'too_many_values'
  | 'body_too_large'

/** The API's document does not allow it. */
export type SchemaCode =
  | 'path_unknown'
  | 'method_unknown'
  | 'parameter_unknown'
  | 'parameter_missing'
  | 'parameter_repeated'
  | 'parameter_invalid'
  | 'content_type_unknown'
  | 'body_missing'
  | 'body_unexpected'
  | 'body_invalid'
  | 'field_unknown'
  | 'answer_invalid'
  | 'answer_unknown'

export type LeakCode = 'answer_leaks'

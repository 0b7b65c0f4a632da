/** An id in the one form in which we write it: RFC 9562, lower case. What is not one is nobody's id, and no query is asked. */
export const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

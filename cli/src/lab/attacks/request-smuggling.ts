import type { Attack } from '../attack.ts'

/** Two lengths: who goes by Content-Length sees one request with a body, who goes by Transfer-Encoding sees two requests. */
function smuggled(hidden: string): (host: string) => string {
  return (host) => {
    const body = `0\r\n\r\n${hidden} HTTP/1.1\r\nHost: ${host}\r\n\r\n`
    const head = `POST /products HTTP/1.1\r\nHost: ${host}\r\nContent-Type: text/plain`
    return `${head}\r\nContent-Length: ${body.length}\r\nTransfer-Encoding: chunked\r\n\r\n${body}`
  }
}

export const requestSmuggling: Attack = {
  id: 'request-smuggling',
  title: 'Request smuggling',
  story: 'classic failure',
  does: 'DELETE /reviews/<of another>, hidden in a body with two lengths, past a proxy that forbids DELETE',
  stoppedByGateway: true,

  async naive({ admin, witness, raw }) {
    const review = await witness.aReview(admin.id)
    const answer = await raw(smuggled(`DELETE /reviews/${review}`))
    const gone = review !== undefined && !(await witness.review(review))
    return { succeeded: gone, effect: gone ? 'the hidden request was obeyed' : 'the review stays', answers: [answer] }
  },

  async guarded({ admin, witness, raw }) {
    const review = await witness.aReview(admin.id)
    const answer = await raw(smuggled(`DELETE /reviews/${review}`))
    // 400 or nothing: whoever reads such a request in any way has already chosen wrongly.
    const taken = answer.status !== 400 || answer.text.split('HTTP/1.1 ').length > 2
    const gone = review === undefined || !(await witness.review(review))
    return { succeeded: gone || taken, effect: taken ? 'it was read' : 'refused whole, and hung up', answers: [answer] }
  },
}

export {
  type CsrfPass,
  type CsrfReason,
  type CsrfRefusal,
  type CsrfRules,
  isCsrfRefusal,
  isSafeMethod,
  judgeOrigin,
  mayChange,
  type Provenance,
} from './judge.ts'
export {
  CSRF_PERIOD_MS,
  csrfTokenState,
  type CsrfTokenState,
  holdsCsrfToken,
  issueCsrfToken,
  type TokenPlace,
} from './token.ts'

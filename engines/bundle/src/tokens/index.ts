export {
  ACCESS_TOKEN_LIFETIME,
  ACCESS_TOKEN_LONGEST,
  type AccessToken,
  type AccessTokenExpectation,
  checkAccessToken,
  claimsToBeOf,
  type Confirmation,
  TokenTrust,
  type VerifiedAccessToken,
  verifyAccessToken,
  SCOPE_LONGEST,
  SCOPES_MOST,
} from './access-token.ts'
export {
  prepareTokenKeys,
  TOKEN_ALGORITHMS,
  type TokenAlgorithm,
  TokenJwk,
  type TokenKey,
  type TokenKeys,
} from './algorithms.ts'
export { type Proof, PROOF_LIFETIME, type ProofExpectation, verifyProof } from './proof.ts'

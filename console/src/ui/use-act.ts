import { type QueryKey, type UseMutationResult, useMutation, useQueryClient } from '@tanstack/react-query'
import { useToast } from './toast.tsx'

interface ActOptions<Result, Input> {
  /** What was done, for the toast. */
  readonly done?: (result: Result, input: Input) => string
  /** What is asked again afterwards. */
  readonly refresh: readonly QueryKey[]
  /** Goes on, once that has come: what was made or changed is there to be shown. */
  readonly after?: (result: Result, input: Input) => void
  /** Leaves what is not there any more, before anybody asks for it again. */
  readonly leave?: () => void
}

/** An act on the server: it tells that it was done, and has what it changed asked again. */
export function useAct<Result, Input = void>(
  act: (input: Input) => Promise<Result>,
  { done, refresh, after, leave }: ActOptions<Result, Input>,
): UseMutationResult<Result, Error, Input> {
  const queries = useQueryClient()
  const toast = useToast()
  return useMutation<Result, Error, Input>({
    mutationFn: act,
    onSuccess: async (result, input) => {
      if (done !== undefined) toast(done(result, input))
      leave?.()
      await Promise.all(refresh.map(async (queryKey) => await queries.invalidateQueries({ queryKey })))
      after?.(result, input)
    },
  })
}

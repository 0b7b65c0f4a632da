import { QueryClient } from '@tanstack/react-query'
import { isTransient } from '../api/client.ts'

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5000,
      // A refusal stays a refusal: only silence and faults are asked again.
      refetchOnWindowFocus: ({ state }) => state.error === null || isTransient(state.error),
      retry: (failures, error) => failures < 2 && isTransient(error),
    },
    mutations: { retry: false },
  },
})

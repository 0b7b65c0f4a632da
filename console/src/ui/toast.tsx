import { Toast } from '@base-ui/react/toast'
import type { ReactElement, ReactNode } from 'react'
import { Icon } from './icons.tsx'

/** Tells that an act was done, for five seconds, politely. What went wrong stands where it went wrong (ErrorNote), never here. */
export function useToast(): (message: string) => void {
  const { add } = Toast.useToastManager()
  return (message) => {
    add({ title: message, timeout: 5000 })
  }
}

export function ToastProvider({ children }: { children: ReactNode }): ReactElement {
  return (
    <Toast.Provider limit={2}>
      {children}
      <Toast.Portal>
        <Toast.Viewport className="fixed bottom-4 left-1/2 z-40 flex w-[min(22rem,calc(100vw-2rem))] -translate-x-1/2 flex-col gap-2">
          <ToastList />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  )
}

function ToastList(): ReactElement[] {
  const { toasts } = Toast.useToastManager()
  return toasts.map((toast) => (
    <Toast.Root
      key={toast.id}
      toast={toast}
      className="rounded-md border border-line bg-surface text-ink shadow-panel data-limited:hidden"
    >
      <Toast.Content className="flex items-center gap-2 py-1 pr-1 pl-3">
        <Icon name="check" className="text-good" />
        <Toast.Title className="min-w-0 flex-1 text-sm" />
        <Toast.Close
          aria-label="Dismiss"
          className="inline-flex size-8 items-center justify-center rounded-md text-muted hover:bg-sunken hover:text-ink"
        >
          <Icon name="cross" className="size-3.5" />
        </Toast.Close>
      </Toast.Content>
    </Toast.Root>
  ))
}

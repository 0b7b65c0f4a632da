// Runs before the first paint, so that a chosen theme does not flash in the other one. The rest is in src/lib/theme.ts.
try {
  const theme = localStorage.getItem('holdfast.theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch {
  // Storage may be forbidden; the system's scheme applies then.
}

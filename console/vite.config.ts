import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

// The control plane serves `dist/site` under /console/ with `script-src 'self'; style-src 'self'; img-src 'self'`:
// nothing may be inlined as a data URI, and nothing may be written into the page as a script or style element.
export default defineConfig({
  base: '/console/',
  plugins: [react(), tailwindcss()],
  build: {
    outDir: 'dist/site',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    cssCodeSplit: false,
    reportCompressedSize: false,
    target: ['chrome123', 'safari17.5', 'firefox121'],
  },
  server: {
    proxy: {
      '/api': 'http://localhost:7400',
      '/sign-in': 'http://localhost:7400',
      '/sign-out': 'http://localhost:7400',
    },
  },
})

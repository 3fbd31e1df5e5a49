// What the bundler takes in beside scripts with types.
declare module '*.css'
declare module '*-worker.mjs'

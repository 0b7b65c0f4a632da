import { randomBytes } from 'node:crypto'
import express from 'express'
import session from 'express-session'
import passport from 'passport'
import OpenIDConnectStrategy from 'passport-openidconnect'
import { PkceStrategy } from './pkce-strategy.js'

const { ISSUER: issuer, CLIENT_ID: clientID, CLIENT_SECRET: clientSecret, PORT: port, LANDING = '/' } = process.env
const home = `http://127.0.0.1:${port}`

const options = {
  issuer,
  authorizationURL: `${issuer}/oauth/authorize`,
  tokenURL: `${issuer}/oauth/token`,
  userInfoURL: `${issuer}/oauth/userinfo`,
  callbackURL: `${home}/callback`,
  clientID,
  clientSecret,
  scope: ['profile', 'email'],
  nonce: true,
}
const verify = (issuer, profile, context, idToken, accessToken, refreshToken, params, done) =>
  done(null, { issuer, id: profile.id, name: profile.displayName, email: profile.emails?.[0]?.value, idToken })

passport.use('holdfast', new PkceStrategy(options, verify))
passport.use('without-pkce', new OpenIDConnectStrategy(options, verify))
passport.serializeUser((user, done) => done(null, user))
passport.deserializeUser((user, done) => done(null, user))

const app = express()
app.use(session({ secret: randomBytes(32).toString('hex'), resave: false, saveUninitialized: false }))
app.use(passport.session())
app.get('/', (req, res) => (req.user ? res.json(req.user) : res.redirect('/sign-in')))
app.get('/sign-in', passport.authenticate('holdfast'))
app.get('/without-pkce', passport.authenticate('without-pkce'))
app.get('/callback', passport.authenticate('holdfast', { successRedirect: LANDING }))
app.get('/sign-out', (req, res, next) => {
  const url = new URL(`${issuer}/oauth/end-session`)
  url.search = new URLSearchParams({ id_token_hint: req.user.idToken, post_logout_redirect_uri: `${home}/bye` })
  req.logout((error) => (error ? next(error) : res.redirect(url)))
})
app.get('/bye', (_req, res) => res.send('Goodbye'))
app.use((error, _req, res, _next) => res.status(500).json({ error: error.code, message: error.message }))
app.listen(port, '127.0.0.1', () => console.log('listening'))

/** Words that make a random value beside them a credential: services that hand out keys without a form of their own. */
const VENDORS =
  'meraki clickhouse endorlabs freemius squarespace travis newyorktimes opsgenie bitly amplitude elastic ' +
  'gemini google harness intercom kraken looker microsoft optimizely prefect readme square adafruit adobe ' +
  'airbrake airtable aiven akamai algolia alibaba anthropic anypoint apify appcenter appdynamics artifactory ' +
  'asana atlassian auth0 aws azure bamboo beamer bigquery bintray bitbucket bitfinex bitly bittrex braintree ' +
  'brevo bugsnag buildkite campaignmonitor cashfree cerebras cisco clearbit clickup clojars cloudant ' +
  'cloudflare cloudinary codacy codeclimate codecov cohere coinbase confluent contentful coveralls crowdin ' +
  'cypress databricks datadog deepgram deepseek digitalocean discord docker docusign doppler droneci dropbox ' +
  'duffel dynatrace easypost elevenlabs etsy facebook fastly figma finicity finnhub firebase flickr ' +
  'flutterwave flyio foursquare frameio freshbooks freshdesk gandi geoapify giphy gitea github gitlab gitter ' +
  'gocardless grafana groq gumroad hashicorp helpscout heroku hipchat honeybadger honeycomb hubspot ' +
  'huggingface ibm infracost instagram ionic ipinfo ipstack jenkins jfrog jira jotform keycloak klaviyo kucoin ' +
  'launchdarkly linear linkedin linode lob logdna loggly logz mailchimp mailgun mailjet mandrill mapbox ' +
  'mattermost maxmind messagebird mistral mixpanel mollie mongodb mux netlify newrelic ngrok nightfall notion ' +
  'npm nuget nvidia nylas nytimes octopus okta onelogin openai openshift openweather opsgenie pagerduty ' +
  'papertrail paypal paystack percy perplexity pinecone pingdom pinterest pipedrive plaid planetscale plivo ' +
  'portainer posthog postman postmark privateai proxmox pubnub pulumi pusher rapidapi raygun razorpay reddit ' +
  'replicate rollbar rubygems salesforce saucelabs scaleway scalingo sendbird sendgrid sendinblue sentry ' +
  'shippo shodan shopify sidekiq sinch slack smartsheet smartthings snyk softlayer sonar sonarcloud sonarqube ' +
  'sourcegraph splunk spotify squareup statuspage storyblok strava stripe sumo sumologic supabase surveymonkey ' +
  'tailscale teamcity teamwork telegram telnyx tencent terraform tines todoist trello twilio twitch twitter ' +
  'typeform unsplash upcloud vault vercel virustotal vonage vultr wakatime webex webflow whereby wistia ' +
  'woocommerce wordpress wrike xero yahoo yandex yelp zapier zendesk zeplin zoho zoom zulip'

const WORDS = VENDORS.split(' ')
const LONG = new RegExp(WORDS.filter((word) => word.length > 4).join('|'), 'i')
const SHORT = new RegExp(`(?<![a-z])(?:${WORDS.filter((word) => word.length <= 4).join('|')})(?![a-z])`, 'i')

/**
 * Whether a service is named: a long name also inside of a word (`myDatadogKey`, `data-dog`), a short one only as a
 * word.
 */
export function namesService(text: string): boolean {
  return LONG.test(text.replace(/[ _.-]/g, '')) || SHORT.test(text)
}

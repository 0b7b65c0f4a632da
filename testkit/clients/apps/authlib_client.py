"""What Authlib makes of Holdfast: `service`, `code` or `device`. Addresses for people are printed; the last line is JSON."""

import json
import os
import sys
import time

from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session, OAuthError
from authlib.jose import JsonWebKey, JsonWebToken
from authlib.oidc.core import CodeIDToken

issuer = os.environ["ISSUER"]
client_id = os.environ["CLIENT_ID"]
client_secret = os.environ.get("CLIENT_SECRET")
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"


def session(**more):
    return OAuth2Session(client_id, client_secret, token_endpoint=metadata["token_endpoint"], **more)


metadata = OAuth2Session().get(f"{issuer}/.well-known/openid-configuration", withhold_token=True).json()


def service():
    client = session()
    token = client.fetch_token(grant_type="client_credentials")["access_token"]
    before = client.introspect_token(metadata["introspection_endpoint"], token).json()
    client.revoke_token(metadata["revocation_endpoint"], token)
    after = client.introspect_token(metadata["introspection_endpoint"], token).json()
    return {"before": before, "after": after}


def code():
    client = session(
        scope="openid profile email", redirect_uri=os.environ["REDIRECT_URI"], code_challenge_method="S256"
    )
    verifier, nonce = generate_token(48), generate_token()
    url, state = client.create_authorization_url(
        metadata["authorization_endpoint"], code_verifier=verifier, nonce=nonce
    )
    print("open", url, flush=True)
    back = sys.stdin.readline().strip()
    token = client.fetch_token(authorization_response=back, state=state, code_verifier=verifier)
    keys = JsonWebKey.import_key_set(client.get(metadata["jwks_uri"], withhold_token=True).json())
    claims = JsonWebToken(metadata["id_token_signing_alg_values_supported"]).decode(
        token["id_token"],
        keys,
        claims_cls=CodeIDToken,
        claims_options={"iss": {"essential": True, "value": issuer}, "aud": {"essential": True, "value": client_id}},
        claims_params={"nonce": nonce, "client_id": client_id},
    )
    claims.validate()
    told = client.get(metadata["userinfo_endpoint"]).json()
    refreshed = client.refresh_token(metadata["token_endpoint"])
    again = refreshed["access_token"] != token["access_token"]
    return {"alg": claims.header["alg"], "claims": claims, "told": told, "refreshed": again}


def device():
    client = session(token_endpoint_auth_method="none")
    asked = {"client_id": client_id, "scope": "openid email"}
    begun = client.post(metadata["device_authorization_endpoint"], data=asked, withhold_token=True).json()
    print("code", begun["user_code"], flush=True)
    while True:
        try:
            token = client.fetch_token(grant_type=DEVICE, device_code=begun["device_code"])
            return {"told": client.get(metadata["userinfo_endpoint"]).json(), "scope": token["scope"]}
        except OAuthError as error:
            if error.error not in ("authorization_pending", "slow_down"):
                raise
            time.sleep(begun["interval"])


print("done", json.dumps({"service": service, "code": code, "device": device}[sys.argv[1]]()))

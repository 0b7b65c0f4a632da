#!/bin/sh
# The web servers that `npm run bench -- gateway` compares with, from Debian. Without them those measures are left out, and it says so.
set -eu
missing=
for package in nginx libnginx-mod-http-modsecurity apache2 libapache2-mod-security2; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
[ "$(id -u)" = 0 ] || { echo "As root this would install:$missing"; exit 0; }
echo "Installing:$missing"
apt-get update -q
# Nothing of it is to run by itself.
RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing

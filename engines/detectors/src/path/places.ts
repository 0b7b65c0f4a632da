/** Places of an operating system or an application that no request names: by the names of their folders, in order. */
const PLACES = [
  /^\/etc\/(?:passwd|shadow|group|gshadow|hosts|hostname|issue|motd|fstab|sudoers|crontab|profile|resolv\.conf|os-release|[a-z]+-release|ssh|ssl|nginx|apache2?|httpd|mysql|my\.cnf|php|cron|init|rc|network|ld\.so|security|pam|kubernetes|exports|environment|inetd|samba|syslog|mtab|services|protocols|shells|vsftpd|proftpd)/,
  /^\/proc\/(?:self|version|cmdline|cpuinfo|mounts|net|sched_debug|\d+\/|[*?])/,
  /^\/(?:root|home\/[^/]+)\/\.[a-z]/,
  /^\/var\/(?:log|run\/secrets|www\/.*\.(?:php|inc|conf|env)|lib\/(?:mysql|mlocate|dhcp|php)|mail|spool|backups)\b/,
  /^\/(?:dev\/(?:tcp|udp|shm|mem|fd|u?random|zero)|boot\/(?:grub|vmlinuz|config)|sys\/(?:class|kernel|devices)|usr\/(?:local\/)?(?:etc|apache|lib\/php)|opt\/(?:lampp|tomcat|xampp))/,
  /^\/run\/secrets\//,
  /^[a-z]:\/+(?:windows|winnt|winnt40|boot\.ini|autoexec\.bat|config\.sys|pagefile\.sys|inetpub|system32|system volume information|program ?files|progra~1|documents and settings|users\/[^/]+\/(?:ntuser|appdata)|xampp|wamp|unattend|sysprep|mysql\/)/,
  /(?:^|\/)(?:windows\/(?:win\.ini|system32|system\.ini|repair|panther)|winnt\/|boot\.ini$|win\.ini$)/,
  /(?:^|\/)\.(?:ssh|aws|kube|docker|gnupg)\/[a-z]|(?:^|\/)(?:id_(?:rsa|dsa|ecdsa|ed25519)|authorized_keys|\.bash_history|\.netrc|\.pgpass|\.my\.cnf|\.htpasswd|\.htaccess)$/,
  /(?:^|\/)(?:\.git\/(?:config|head|index|logs)|\.svn\/|\.hg\/|\.env(?:\.[a-z]+)?$|\.npmrc$|\.dockerenv)/,
  /(?:^|\/)(?:web-inf|meta-inf)(?:\/|$)|(?:^|\/)(?:wp-config\.php|web\.config|configuration\.php|localsettings\.php|database\.yml|secrets\.yml|shadow~?|passwd~?)$/,
]

/** A path with forward slashes, in lower case, with `.` and repeated slashes taken out; `..` stay. */
export function plainPath(path: string): string {
  return path
    .replaceAll('\\', '/')
    .replace(/\/(?:\.?\/)+/g, '/')
    .toLowerCase()
}

/** True for a path to what belongs to the operating system, or is kept secret. */
export function isPrivatePlace(path: string): boolean {
  if (path.length > 4_096) return isPrivatePlace(path.slice(0, 4_096))
  const plain = plainPath(path)
  return PLACES.some((pattern) => pattern.test(plain))
}

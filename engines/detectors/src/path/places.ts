/** Places of an operating system or an application that no request names: by the names of their folders, in order. */
const PLACES = [
  /^\/etc\/(?:passwd|shadow|group|gshadow|hosts|hostname|issue|motd|fstab|sudoers|crontab|resolv\.conf|os-release|[a-z]+-release|ssh\/|httpd\/|apache2\/(?:envvars|apache2\.conf)|mysql\/|my\.cnf|php\d?[/.]|security\/|kubernetes\/|exports|inetd\.conf|samba\/|mtab|services|protocols|vsftpd|proftpd)/,
  /^\/proc\/(?:self|version|cmdline|mounts|net|sched_debug|\d+\/|[*?])/,
  /^\/(?:root|home\/[^/]+)\/\.(?:ssh|bash|aws|kube|docker|gnupg|netrc|pgpass|my|mysql|profile|viminfo|psql|history|zsh)/,
  /^\/var\/(?:log\/(?:apache|httpd|nginx|auth|secure|vsftpd|mail|faillog|lastlog|wtmp|btmp|access|error|proftpd)|run\/secrets|lib\/(?:mysql|mlocate)|mail\/[\w-]+$|spool\/cron|backups\/)/,
  /^\/(?:dev\/(?:tcp|udp|shm|mem|fd|u?random|zero)|boot\/(?:grub|vmlinuz|config)|usr\/(?:local\/)?(?:etc\/(?:php|apache|httpd)|apache|lib\/php)|opt\/(?:lampp|tomcat|xampp)\/(?:etc|logs|conf))/,
  /^\/run\/secrets\//,
  /^[a-z]:\/+(?:windows|winnt|winnt40|boot\.ini|autoexec\.bat|config\.sys|pagefile\.sys|inetpub\/(?:logs|wwwroot\/web)|system32|system volume information|documents and settings\/[^/]+\/ntuser|users\/[^/]+\/ntuser|xampp\/(?:apache|mysql|php)|wamp\/|unattend|sysprep)/,
  /(?:^|\/)(?:windows\/(?:win\.ini|system32|system\.ini|repair|panther)|winnt\/|boot\.ini$|win\.ini$)/,
  /(?:^|\/)\.(?:ssh|aws|kube|docker|gnupg)\/[a-z_]+(?<!\.pub)$|(?:^|\/)(?:id_(?:rsa|dsa|ecdsa|ed25519)|authorized_keys|\.bash_history|\.netrc|\.pgpass|\.my\.cnf|\.htpasswd|\.htaccess)$/,
  /(?:^|\/)(?:\.git\/(?:config|head|index|logs)|\.svn\/|\.hg\/|\.env(?:\.[a-z]+)?$|\.npmrc$|\.dockerenv)/,
  /(?:^|\/)(?:web-inf|meta-inf)(?:\/|$)|(?:^|\/)(?:wp-config\.php|web\.config|configuration\.php|localsettings\.php|database\.yml|secrets\.yml|shadow~?|passwd~?)$/,
]

/** A path with forward slashes, in lower case, with `.` and repeated slashes taken out; `..` stay. */
function plainPath(path: string): string {
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

/**
 * Names that every object has without anybody having put them there, and some that languages treat apart. oidc-provider keeps
 * what a session holds in plain objects, by client id: there `constructor` is found before anything was stored.
 */
const others = new Set(['prototype', 'then']);

export function isInheritedName(name: string): boolean {
  return name in Object.prototype || others.has(name);
}

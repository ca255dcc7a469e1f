/** Thrown when the command was given something that it cannot work with. */
export class UsageRefused extends Error {
  override readonly name = 'UsageRefused';
}

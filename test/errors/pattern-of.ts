/** Of a description on a page about an error: a part in braces stands for a value. */
export function patternOf(description: string): RegExp {
  const parts = description.split(/\{[^{}]*\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.+')}$`);
}

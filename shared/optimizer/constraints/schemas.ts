/** A JSON Schema of the keywords that the database checks too. */
export type JsonSchema = Record<string, unknown>;

/** An object of these properties and no others. */
export const object = (
  properties: Record<string, JsonSchema>,
  required: readonly string[] = [],
  more: JsonSchema = {},
): JsonSchema => ({
  type: "object",
  properties,
  ...(required.length ? { required } : {}),
  additionalProperties: false,
  ...more,
});

export const text = (description: string): JsonSchema => ({
  type: "string",
  minLength: 1,
  maxLength: 200,
  description,
});
export const date = (description = "ISO day"): JsonSchema => ({ type: "string", format: "date", description });
export const whole = (description: string, minimum = 0, maximum = 1000): JsonSchema => ({
  type: "integer",
  minimum,
  maximum,
  description,
});
export const amount = (description: string, minimum = 0, maximum = 10_000_000): JsonSchema => ({
  type: "number",
  minimum,
  maximum,
  description,
});
export const oneOf = (values: readonly string[], description: string): JsonSchema => ({ enum: values, description });
export const flag = (description: string): JsonSchema => ({ type: "boolean", description });
export const list = (items: JsonSchema, description: string, minItems = 1, maxItems = 400): JsonSchema => ({
  type: "array",
  items,
  minItems,
  maxItems,
  description,
});

export const teams = list(text("Id of a team"), "Teams it holds for; all when left out");
export const team = text("Id of a team");
export const sides = ["home", "away", "any"] as const;
export type Side = typeof sides[number];
export const side = (description: string): JsonSchema => oneOf(sides, description);

export const weekdays = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"] as const;

/** Which rounds: every part given must hold. */
export const when: JsonSchema = object(
  {
    rounds: list(whole("Number of a round", -100_000, 100_000), "These rounds"),
    dates: list(date(), "Rounds on these days"),
    from: date("Rounds on or after this day"),
    to: date("Rounds on or before this day"),
    weekdays: list(oneOf(weekdays, "A day of the week"), "Rounds on these days of the week", 1, 7),
    first: whole("The first rounds of the season", 1),
    last: whole("The last rounds of the season", 1),
  },
  [],
  { minProperties: 1, description: "Which rounds; every part given must hold" },
);

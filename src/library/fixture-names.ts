/** Every fixture of the package, by name: what `suvvy-hook fixtures list` shows. */
const fixtureNames = [
  'text',
  'image',
  'audio',
  'document',
  'test_request',
  'audios',
  'doc_example',
  'documents',
  'employee',
  'images',
  'long_text',
  'mixed',
  'unicode',
  'unknown_event',
  'unknown_fields',
] as const;

/** The name of a fixture of the package. */
export type FixtureName = (typeof fixtureNames)[number];

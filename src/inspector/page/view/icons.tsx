import type { VNode } from 'preact';

const paths: Record<string, string> = {
  copy: 'M5.5 5.5v-3h8v8h-3M2.5 5.5h8v8h-8z',
  check: 'M3 8.5 6.5 12 13 4.5',
  cross: 'M4 4l8 8M12 4l-8 8',
  search: 'M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10ZM10.7 10.7 14 14',
  filter: 'M2 4h12M4.5 8h7M7 12h2',
  back: 'M10 3 5 8l5 5',
  down: 'M3.5 6 8 10.5 12.5 6',
  sun: 'M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1 1M12 12l1 1M13 3l-1 1M4 12l-1 1',
  moon: 'M13 9.5A5.5 5.5 0 0 1 6.5 3a5.5 5.5 0 1 0 6.5 6.5Z',
  auto: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 2v12M8 5h4.5M8 8h6M8 11h4.5',
  file: 'M4 1.5h5l3 3v10H4zM9 1.5v3h3',
  sound: 'M2 8v0M5 5v6M8 2.5v11M11 5v6M14 8v0',
  image: 'M2 3h12v10H2zM2 11l3.5-3.5L8.500 10l2-2L14 11M10.500 6v0',
  text: 'M3 4h10M3 8h10M3 12h6',
  save: 'M8 2v8M4.500 7 8 10.500 11.500 7M3 13.500h10',
  trash: 'M3 4.500h10M6.500 4.500v-2h3v2M4.500 4.500l.5 9h6l.5-9',
  again: 'M13 8a5 5 0 1 1-1.500-3.600M13 2v3h-3',
  plus: 'M8 3v10M3 8h10',
};

/** An icon that says nothing to who cannot see it: the words are beside it, or on its button. */
export function Icon({ name }: { name: string }): VNode {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={paths[name] ?? ''} />
    </svg>
  );
}

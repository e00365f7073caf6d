/** What the colours of the map tell. Pure. */
export const MAP_COLOURS = ["label", "cluster", "importance", "decision", "budget", "split"] as const;
export type MapColour = (typeof MAP_COLOURS)[number];

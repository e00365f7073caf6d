/** The classes of CIFAR-10, and which classes of Tiny ImageNet show the same things. */

export const CLASSES = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"] as const;
export type Class = (typeof CLASSES)[number];

/**
 * The WordNet ids among Tiny ImageNet's 200 that a person who matches schemas would take. Airplane, deer and horse have
 * none (the gazelle is an antelope); truck has the moving van alone, ship the lifeboat and the gondola.
 */
export const TINY_OF: { readonly [name in Class]: readonly string[] } = {
  airplane: [],
  // Beach wagon, convertible, limousine, sports car.
  automobile: ["n02814533", "n03100240", "n03670208", "n04285008"],
  // Goose, black stork, king penguin, albatross.
  bird: ["n01855672", "n02002724", "n02056570", "n02058221"],
  // Tabby, Persian cat, Egyptian cat.
  cat: ["n02123045", "n02123394", "n02124075"],
  deer: [],
  // Chihuahua, Yorkshire terrier, golden retriever, Labrador retriever, German shepherd, standard poodle.
  dog: ["n02085620", "n02094433", "n02099601", "n02099712", "n02106662", "n02113799"],
  // Bullfrog, tailed frog.
  frog: ["n01641577", "n01644900"],
  horse: [],
  // Gondola, lifeboat.
  ship: ["n03447447", "n03662601"],
  // Moving van.
  truck: ["n03796401"],
};

/** Classes that Tiny ImageNet does not show. */
export const WITHOUT_COUNTERPART: readonly Class[] = CLASSES.filter((name) => TINY_OF[name].length === 0);

// Tells the story of `npm run local` chapter by chapter.

import { BROKEN, CLUSTERS, DARK, type Scene } from "../demo/scene.ts";
import type { Board } from "./board.ts";

export type Chapter = {
  readonly title: string;
  readonly begin: () => Promise<void>;
  /** Goes on until the chapter is over. */
  readonly meanwhile?: () => Promise<void>;
  readonly isOver: (board: Board) => boolean;
};

/** What the clusters go through; `publish` puts the first so many of them into the fleet, `ask` puts a request on the bus. */
export function storyOf(
  scene: Scene,
  { publish, ask }: { publish: (clusters: number) => Promise<void>; ask: (cluster: string) => Promise<void> },
): readonly Chapter[] {
  return [
    {
      title: `${CLUSTERS.length - 1} clusters are in the fleet. Only the scheduler calls the functions`,
      begin: () => publish(CLUSTERS.length - 1),
      isOver: (board) => CLUSTERS.slice(0, -1).every((cluster) => isAll(board, cluster, "True")),
    },
    {
      title: `${CLUSTERS.at(-1)} joins, by \`fleet push\`; nothing is deployed. And the backend of ${BROKEN.pipeline} in ${BROKEN.cluster} stops answering`,
      async begin() {
        await publish(CLUSTERS.length);
        await scene.breakBackend();
      },
      isOver: (board) => isAll(board, CLUSTERS.at(-1) ?? "", "True") && statusesIn(board, BROKEN.cluster).includes("False"),
    },
    {
      title: "The backend answers again, and `Reconcile Requested` on the bus repeats until it shows",
      begin: scene.healBackend,
      meanwhile: atMostEvery(3_000, () => ask(BROKEN.cluster)),
      isOver: (board) => isAll(board, BROKEN.cluster, "True"),
    },
    {
      title: `The Prometheus of ${DARK} dies: its pipelines become Unknown`,
      begin: scene.killPrometheus,
      isOver: (board) => isAll(board, DARK, "Unknown"),
    },
    {
      title: "It is started again. Once it has watched for long enough, no alert means healthy",
      async begin() {
        await scene.startPrometheus();
        await scene.letItWatch();
      },
      isOver: (board) => isAll(board, DARK, "True"),
    },
  ];
}

function atMostEvery(pauseMs: number, act: () => Promise<void>): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < pauseMs) return;
    last = performance.now();
    await act();
  };
}

function isAll(board: Board, cluster: string, status: string): boolean {
  const statuses = statusesIn(board, cluster);
  return statuses.length > 0 && statuses.every((one) => one === status);
}

function statusesIn({ conditions }: Board, cluster: string): readonly string[] {
  return [...conditions.values()].filter((changed) => changed.cluster === cluster).map(({ condition }) => condition.to.status);
}

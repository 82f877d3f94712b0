// The situations in which a dialect is recorded, in the order in which a lab is led through them.

import { collector, fluentBit, services } from "../../support/kyma-metrics.ts";
import { type Lab, when } from "./lab.ts";
import { oneFailing, oneMissing, rules, unevaluated } from "./rules.ts";
import type { Snapshot } from "./snapshot.ts";

export type Situation = {
  readonly name: string;
  readonly arrive: (lab: Lab) => Promise<Snapshot>;
  /** Whether it is over with the next evaluation, so that a busy machine may miss it. */
  readonly isMomentary?: boolean;
};

const LOSS = "TraceGatewayAllDataDropped";
const WATCHDOG = "AlertstatusWatchdog";
const { sent, sendFailed } = collector(services.gateway, "spans");
const alive = [fluentBit.written()];
const flows = (lab: Lab) => lab.traffic.flow([...alive, sent()]);
const isLost = (lab: Lab) => lab.traffic.flow([...alive, sendFailed()]);

/** What every server is led through. */
export const situations: readonly Situation[] = [
  {
    name: "rules are loaded and not evaluated",
    async arrive(lab) {
      flows(lab);
      await lab.reload(unevaluated);
      return when(lab, (snapshot) => namesOf(snapshot).includes(LOSS) && evaluatedIn(snapshot).length === 0);
    },
  },
  {
    name: "quiet",
    async arrive(lab) {
      await lab.reload(rules);
      return when(lab, (snapshot) => isSaid(snapshot, WATCHDOG, "firing") && saidIn(snapshot).length === 1);
    },
  },
  {
    name: "pending",
    arrive(lab) {
      isLost(lab);
      return when(lab, (snapshot) => isSaid(snapshot, LOSS, "pending"));
    },
  },
  { name: "firing", arrive: (lab) => when(lab, (snapshot) => isSaid(snapshot, LOSS, "firing") && isSaid(snapshot, WATCHDOG, "firing")) },
  {
    name: "just restarted on kept data",
    isMomentary: true,
    async arrive(lab) {
      await lab.restart({ losesData: false });
      return when(lab, ({ rules: { status } }) => status === 200);
    },
  },
  {
    name: "restarted on kept data, evaluated",
    isMomentary: true,
    arrive: (lab) => when(lab, (snapshot) => evaluatedIn(snapshot).includes(WATCHDOG)),
  },
  // Where alerts are restored, the watchdog fires long before the source is old enough.
  { name: "restarted on kept data, the watchdog fires", arrive: (lab) => when(lab, (snapshot) => isSaid(snapshot, WATCHDOG, "firing")) },
  {
    name: "just restarted on lost data",
    async arrive(lab) {
      await when(lab, (snapshot) => isSaid(snapshot, LOSS, "firing"));
      await lab.restart({ losesData: true });
      return when(lab, (snapshot) => evaluatedIn(snapshot).includes(WATCHDOG));
    },
  },
  {
    name: "a rule fails",
    async arrive(lab) {
      flows(lab);
      await lab.reload(oneFailing);
      const isFailing = ({ rules: { body } }: Snapshot) => JSON.stringify(body).includes('"health":"err"');
      return when(lab, (snapshot) => isFailing(snapshot) && evaluatedIn(snapshot).includes(WATCHDOG));
    },
  },
  {
    name: "a rule is missing",
    async arrive(lab) {
      await lab.reload(oneMissing);
      return when(lab, (snapshot) => !namesOf(snapshot).includes(LOSS) && evaluatedIn(snapshot).includes(WATCHDOG));
    },
  },
];

/** What a lab is led through besides: what may be down behind its source. */
export function outagesOf(lab: Lab): readonly Situation[] {
  return lab.outages.flatMap(({ begin, shows, end }) =>
    shows.map(({ name, isSeen }, index) => ({
      name,
      async arrive() {
        if (index === 0) {
          await lab.reload(rules);
          await when(lab, (snapshot) => isSaid(snapshot, WATCHDOG, "firing"));
          await begin();
        }
        const snapshot = await when(lab, isSeen);
        if (index === shows.length - 1) await end();
        return snapshot;
      },
    })),
  );
}

type Alert = { readonly state: string; readonly labels: Readonly<Record<string, string>> };
type Rule = { readonly name: string; readonly health: string; readonly lastEvaluation: string };

function saidIn({ alerts: { body } }: Snapshot): readonly Alert[] {
  const { data } = (typeof body === "object" ? body : {}) as { data?: { alerts?: Alert[] | null; Alerts?: Alert[] } };
  return data?.alerts ?? data?.Alerts ?? [];
}

function isSaid(snapshot: Snapshot, alert: string, state: string): boolean {
  return saidIn(snapshot).some(({ state: is, labels }) => labels.alertname === alert && is === state);
}

function rulesIn({ rules: { body } }: Snapshot): readonly Rule[] {
  const { data } = (typeof body === "object" ? body : {}) as { data?: { groups?: { rules: Rule[] }[] } };
  return (data?.groups ?? []).flatMap((group) => group.rules);
}

function namesOf(snapshot: Snapshot): readonly string[] {
  return rulesIn(snapshot).map(({ name }) => name);
}

function evaluatedIn(snapshot: Snapshot): readonly string[] {
  return rulesIn(snapshot).flatMap(({ name, lastEvaluation }) => (lastEvaluation.startsWith("0001") ? [] : [name]));
}

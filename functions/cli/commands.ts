// Lists all commands, each with the module that is loaded only when the command is called.

import type { Command } from "commander";
import { examplesText } from "./examples.ts";
import type { Terminal } from "./terminal.ts";

export type Commands = Readonly<Record<string, Entry>>;
/** `isHidden`: the command is for shells, not for people. */
export type Entry = { readonly does: string; readonly isHidden?: true } & (
  | { readonly load: () => Promise<(command: Command, terminal: Terminal) => void> }
  | { readonly commands: Commands }
);

export const commands: Commands = {
  reconcile: {
    does: "read the alerts of clusters and write what they mean into the conditions of their resources",
    load: async () => (await import("./reconcile.ts")).declareReconcile,
  },
  status: {
    does: "show what is not well, since when, where and why; writes nothing",
    load: async () => (await import("./status.ts")).declareStatus,
  },
  history: {
    does: "show what happened to a fleet: transitions, reachability, pushes, missed ticks",
    load: async () => (await import("./history.ts")).declareHistory,
  },
  explain: {
    does: "show why the resources of a cluster get their verdicts: alert, row, reason, patch; writes nothing",
    load: async () => (await import("./explain.ts")).declareExplain,
  },
  replay: {
    does: "show what would have been said of the resources of clusters, by what their Prometheus remembers; writes nothing",
    load: async () => (await import("./replay.ts")).declareReplay,
  },
  doctor: {
    does: "check everything that a pass over a cluster depends on, and show what is wrong and what to do; writes nothing",
    load: async () => (await import("./doctor.ts")).declareDoctor,
  },
  cleanup: {
    does: "remove the conditions of alertstatus from the resources of a cluster that leaves the fleet",
    load: async () => (await import("./cleanup.ts")).declareCleanup,
  },
  init: {
    does: "print a fleet file with the clusters of your kubeconfig, looked up one by one; writes nothing",
    load: async () => (await import("./init.ts")).declareInit,
  },
  fleet: {
    does: "work with fleet files",
    commands: {
      validate: {
        does: "check a fleet file; no cluster is contacted",
        load: async () => (await import("./fleet-validate.ts")).declareFleetValidate,
      },
      push: {
        does: "check a fleet, compare it with the one that the functions read, and replace that one",
        load: async () => (await import("./fleet-push.ts")).declareFleetPush,
      },
      schema: { does: "print the JSON Schema of a fleet file", load: async () => (await import("./fleet-schema.ts")).declareFleetSchema },
      diff: {
        does: "show field by field how a fleet file and the fleet that the functions read differ; exit code 1 where they do",
        load: async () => (await import("./fleet-diff.ts")).declareFleetDiff,
      },
      history: {
        does: "show who replaced the fleet of a stage, when, by which version, and what that changed",
        load: async () => (await import("./fleet-history.ts")).declareFleetHistory,
      },
      rollback: {
        does: "put an earlier version of the fleet back in place",
        load: async () => (await import("./fleet-rollback.ts")).declareFleetRollback,
      },
      pause: {
        does: "let functions leave clusters alone for a while; it ends by itself",
        load: async () => (await import("./fleet-pause.ts")).declareFleetPause,
      },
      resume: { does: "end a pause of clusters now", load: async () => (await import("./fleet-pause.ts")).declareFleetResume },
      promote: {
        does: "let a profile write more on a cluster, from observe to shadow to own, after it has shown its past; asks before",
        load: async () => (await import("./fleet-promote.ts")).declareFleetPromote,
      },
      discover: {
        does: "print a fleet file with the clusters that it finds; none of them is contacted",
        load: async () => (await import("./fleet-discover.ts")).declareFleetDiscover,
      },
    },
  },
  rules: {
    does: "work with the Prometheus rules that profiles bring",
    commands: {
      render: {
        does: "print the rules of a profile, or of all profiles that a fleet uses",
        load: async () => (await import("./rules-render.ts")).declareRulesRender,
      },
      sync: {
        does: "apply the rules to clusters, under your own kubeconfig: a PrometheusRule where that is served, else a ConfigMap",
        load: async () => (await import("./rules-sync.ts")).declareRulesSync,
      },
    },
  },
  rbac: {
    does: "work with the permissions in clusters",
    commands: {
      render: {
        does: "print exactly the roles that clusters of a fleet need; no cluster is contacted",
        load: async () => (await import("./rbac-render.ts")).declareRbacRender,
      },
    },
  },
  profile: {
    does: "work with profiles: what alerts mean for resources",
    commands: {
      list: {
        does: "list the built-in profiles, those of the catalogue, and those of a fleet",
        load: async () => (await import("./profile-list.ts")).declareProfileList,
      },
      show: {
        does: "print a built-in profile, or one of the catalogue, as a fleet file has it: as a start for your own",
        load: async () => (await import("./profile-show.ts")).declareProfileShow,
      },
      render: {
        does: "write what clusters need for a profile, permissions and rules, as a base of kustomize; no cluster is contacted",
        load: async () => (await import("./profile-render.ts")).declareProfileRender,
      },
      test: {
        does: "try a profile on cases: given these resources and alerts, then these verdicts; no cluster is contacted",
        load: async () => (await import("./profile-test.ts")).declareProfileTest,
      },
      add: {
        does: "print a fleet file with a profile of the catalogue added, for the clusters that are named",
        load: async () => (await import("./profile-add.ts")).declareProfileAdd,
      },
    },
  },
  receiver: {
    does: "let a cluster push, so that a firing alert is seen at once",
    commands: {
      token: { does: "print the token with which a cluster pushes", load: async () => (await import("./receiver.ts")).declareToken },
      config: {
        does: "print the configuration with which a sender pushes",
        load: async () => (await import("./receiver.ts")).declareConfig,
      },
    },
  },
  deploy: { does: "create the stack of a stage in AWS, or update it", load: async () => (await import("./deploy.ts")).declareDeploy },
  completion: {
    does: "print what makes a shell complete these commands",
    load: async () => (await import("./completion.ts")).declareCompletion,
  },
  version: { does: "print the version of alertstatus", load: async () => (await import("./version.ts")).declareVersion },
  __complete: {
    does: "print the words that may follow",
    isHidden: true,
    load: async () => {
      const { declareComplete } = await import("./complete.ts");
      return (command, terminal) => declareComplete(command, terminal, commands);
    },
  },
};

/** Adds commands by name and description; options and action of a command are loaded before its arguments are parsed. */
export function addCommands(parent: Command, commands: Commands, terminal: Terminal): void {
  for (const [name, entry] of Object.entries(commands)) {
    const command = parent.command(name, { hidden: entry.isHidden }).description(entry.does);
    if ("commands" in entry) addCommands(command.helpCommand(false), entry.commands, terminal);
  }
  parent.hook("preSubcommand", async (_, command) => {
    const entry = commands[command.name()];
    if (entry === undefined || !("load" in entry)) return;
    (await entry.load())(command, terminal);
    command.addHelpText("after", examplesText(pathOf(command), terminal.program));
  });
}

// `fleet push`, without the name of the program.
function pathOf(command: Command): string {
  const parent = command.parent;
  return parent === null || parent.parent === null ? command.name() : `${pathOf(parent)} ${command.name()}`;
}

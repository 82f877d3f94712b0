// Receives the events of a bus, as a consumer of alertstatus would.

import { DeleteRuleCommand, EventBridgeClient, PutRuleCommand, PutTargetsCommand, RemoveTargetsCommand } from "@aws-sdk/client-eventbridge";
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import type { CloudAccess } from "./local-cloud.ts";

export type BusListener = {
  /** The events since the last call, as EventBridge delivers them. */
  received(): Promise<readonly BusEvent[]>;
  /** Removes its rule and its queue. */
  close(): Promise<void>;
};
type BusEvent = { readonly source: string; readonly "detail-type": string; readonly detail: unknown };

const NAME = "listener";

/** Receives the events of a bus by a rule and a queue of its own, as any consumer of these events can. */
export async function listenToBus({ settings }: CloudAccess, bus: string, detailType: string): Promise<BusListener> {
  const [events, sqs] = [new EventBridgeClient(settings), new SQSClient(settings)];
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: `${NAME}-${bus}` }));
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }));
  const rule = { Name: NAME, EventBusName: bus };
  const EventPattern = JSON.stringify({ source: ["alertstatus"], "detail-type": [detailType] });
  await events.send(new PutRuleCommand({ ...rule, EventPattern }));
  await events.send(new PutTargetsCommand({ Rule: NAME, EventBusName: bus, Targets: [{ Id: NAME, Arn: Attributes?.QueueArn ?? "" }] }));
  return {
    received: () => drained(sqs, QueueUrl ?? "").then((bodies) => bodies.map((body): BusEvent => JSON.parse(body))),
    async close() {
      await events.send(new RemoveTargetsCommand({ Rule: NAME, EventBusName: bus, Ids: [NAME] }));
      await events.send(new DeleteRuleCommand(rule));
      await sqs.send(new DeleteQueueCommand({ QueueUrl }));
      events.destroy();
      sqs.destroy();
    },
  };
}

/** The bodies of all messages that are in a queue now; they are taken out of it. */
export async function drained(sqs: SQSClient, QueueUrl: string): Promise<readonly string[]> {
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
  if (Messages.length === 0) return [];
  const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
  await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
  return [...Messages.map(({ Body = "" }) => Body), ...(await drained(sqs, QueueUrl))];
}

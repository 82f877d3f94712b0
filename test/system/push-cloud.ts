// Controls what pushes need in the local cloud: secret, topic and bus.

import { DisableRuleCommand, EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { CreateTopicCommand, PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import type { LocalCloud } from "../support/local-cloud.ts";
import type { LocalStack } from "../support/local-stack.ts";

/** Keeps what push tokens are derived from, where the stack looks for it. */
export async function keepSecret({ settings }: LocalCloud, stage: string, Value: string): Promise<void> {
  const ssm = new SSMClient(settings);
  await ssm.send(new PutParameterCommand({ Name: `/alertstatus/${stage}/receiver`, Value, Type: "SecureString" }));
  ssm.destroy();
}

/** Makes a topic; it has to be there before the stack that subscribes to it. */
export async function createTopic({ settings }: LocalCloud, Name: string): Promise<void> {
  const sns = new SNSClient(settings);
  await sns.send(new CreateTopicCommand({ Name }));
  sns.destroy();
}

export async function publish({ settings }: LocalCloud, TopicArn: string, Message: string): Promise<void> {
  const sns = new SNSClient(settings);
  await sns.send(new PublishCommand({ TopicArn, Message }));
  sns.destroy();
}

/** From now on the bus of a stack hands no push on. */
export async function disablePushRule({ settings }: LocalCloud, { name, outputs }: LocalStack): Promise<void> {
  const bridge = new EventBridgeClient(settings);
  await bridge.send(new DisableRuleCommand({ Name: `${name}-push`, EventBusName: outputs.BusName }));
  bridge.destroy();
}

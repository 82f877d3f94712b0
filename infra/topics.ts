// Creates the CloudFormation resources that let the configured SNS topics, and no others, invoke `receive`.

import { hash } from "node:crypto";

type Resources = Readonly<Record<string, { readonly Type: string; readonly Properties: object }>>;

/** A permission and a subscription for each topic. */
export function topicResources(arns: readonly string[]): { readonly Resources: Resources } {
  return { Resources: Object.assign({}, ...arns.map(resourcesOf)) };
}

function resourcesOf(arn: string): Resources {
  const id = `Topic${hash("sha256", arn).slice(0, 8)}`;
  return {
    [`${id}Permission`]: {
      Type: "AWS::Lambda::Permission",
      Properties: {
        FunctionName: { "Fn::GetAtt": ["ReceiveLambdaFunction", "Arn"] },
        Action: "lambda:InvokeFunction",
        Principal: "sns.amazonaws.com",
        SourceArn: arn,
      },
    },
    [`${id}Subscription`]: {
      Type: "AWS::SNS::Subscription",
      Properties: {
        TopicArn: arn,
        Protocol: "lambda",
        Endpoint: { "Fn::GetAtt": ["ReceiveLambdaFunction", "Arn"] },
        // SNS requires this queue in the region of the topic, so that only topics of the stack's region can be used.
        RedrivePolicy: { deadLetterTargetArn: { "Fn::GetAtt": ["DeadLetterQueue", "Arn"] } },
      },
    },
  };
}

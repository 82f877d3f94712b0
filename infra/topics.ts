import { hash } from "node:crypto";

type Resources = Readonly<Record<string, { readonly Type: string; readonly Properties: object }>>;

/** What brings the records of SNS topics to `receive`: each topic, and no other, may invoke it. */
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
        // It has to be in the topic's own region: so topics are of the stack's region.
        RedrivePolicy: { deadLetterTargetArn: { "Fn::GetAtt": ["DeadLetterQueue", "Arn"] } },
      },
    },
  };
}

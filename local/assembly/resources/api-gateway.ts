import type { ApiGateway } from '../../cloud/api-gateway';
import type { ResourceRegistry } from '../registry';

export function apiGatewayResources(apiGateway: ApiGateway): ResourceRegistry {
  return {
    'AWS::ApiGateway::RestApi': (input) => apiGateway.createRestApi(input),
    'AWS::ApiGateway::Resource': (input) => apiGateway.createResource(input),
    'AWS::ApiGateway::Method': (input) => apiGateway.createMethod(input),
    'AWS::ApiGateway::Deployment': (input) => apiGateway.createDeployment(input),
    'AWS::ApiGateway::Stage': (input) => apiGateway.createStage(input),
    'AWS::ApiGateway::Account': () => apiGateway.createAccount(),
  };
}

using System.ClientModel;
using System.ClientModel.Primitives;
using OpenAI;
using OpenAI.Chat;
using WhatsAI.Core.Campaigns.Proposals;

namespace WhatsAI.Infrastructure.Campaigns.Proposals;

internal sealed class OpenAiWordings(WordingHttp http) : IWordingProvider
{
    public AiProvider Provider => AiProvider.OpenAi;

    public Task<string> AskAsync(string key, string model, ProposalPrompt prompt, CancellationToken ct) =>
        http.AskAsync(
            async limit =>
            {
                var client = new ChatClient(
                    model,
                    new ApiKeyCredential(key),
                    new OpenAIClientOptions
                    {
                        Endpoint = http.Options.OpenAiAddress,
                        Transport = new HttpClientPipelineTransport(http.Client),
                        // Somebody waits, and can ask again himself.
                        RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
                        NetworkTimeout = http.Patience,
                    }
                );
                ChatCompletion answer = await client.CompleteChatAsync(
                    [new SystemChatMessage(prompt.Rules), new UserChatMessage(prompt.Task)],
                    new ChatCompletionOptions { ResponseFormat = ChatResponseFormat.CreateJsonObjectFormat() },
                    limit
                );
                return string.Concat(answer.Content.Where(c => c.Kind == ChatMessageContentPartKind.Text).Select(c => c.Text));
            },
            e => (e as ClientResultException)?.Status,
            ct
        );
}

using Anthropic;
using Anthropic.Exceptions;
using Anthropic.Models.Messages;
using WhatsAI.Core.Campaigns.Proposals;

namespace WhatsAI.Infrastructure.Campaigns.Proposals;

internal sealed class AnthropicWordings(WordingHttp http) : IWordingProvider
{
    private const int MostTokens = 4_096;

    public AiProvider Provider => AiProvider.Anthropic;

    public Task<string> AskAsync(string key, string model, ProposalPrompt prompt, CancellationToken ct) =>
        http.AskAsync(
            async limit =>
            {
                // The company's key and the operator's address: what the environment holds is not asked for. The HTTP client is everybody's and stays.
                var client = new AnthropicClient
                {
                    HttpClient = http.Client,
                    BaseUrl = http.Options.AnthropicAddress.AbsoluteUri.TrimEnd('/'),
                    ApiKey = key,
                    MaxRetries = 0,
                    Timeout = http.Patience,
                };
                var answer = await client.Messages.Create(
                    new MessageCreateParams
                    {
                        Model = model,
                        MaxTokens = MostTokens,
                        System = prompt.Rules,
                        Messages = [new UserMessageParam(prompt.Task)],
                    },
                    limit
                );
                return string.Concat(answer.Content.Select(block => block.TryPickText(out var text) ? text.Text : ""));
            },
            e => e is AnthropicApiException api ? (int)api.StatusCode : null,
            ct
        );
}

using WhatsAI.Core.Campaigns.Proposals;

namespace WhatsAI.Infrastructure.Campaigns.Proposals;

/// <summary>Why there is no answer.</summary>
public enum WordingFailure
{
    KeyRefused,
    ModelUnknown,
    RateLimited,
    TimedOut,
    Unreachable,

    /// <summary>The guard lets nothing out to where the provider is said to be.</summary>
    AddressRefused,

    /// <summary>It answered something that holds no wordings.</summary>
    Nonsense,
    Failed,
}

/// <summary>No wordings. Neither the key nor what was asked or answered is in it.</summary>
public sealed class WordingException(WordingFailure failure, Exception? inner = null) : Exception($"No wordings: {failure}.", inner)
{
    public WordingFailure Failure { get; } = failure;
}

/// <summary>An AI provider that writes. What it gives back is nobody's word: see <see cref="ProposalJudge"/>.</summary>
public interface IWordingProvider
{
    AiProvider Provider { get; }

    /// <returns>What it answered, as it came.</returns>
    /// <exception cref="WordingException">It did not.</exception>
    Task<string> AskAsync(string key, string model, ProposalPrompt prompt, CancellationToken ct);
}

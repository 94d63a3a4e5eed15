using System.ComponentModel.DataAnnotations;

namespace WhatsAI.Infrastructure.Campaigns.Proposals;

/// <summary>Where the providers are, which is the operator's to say: a company says which of them, and with which key.</summary>
public sealed class AiOptions
{
    public const string Section = "Ai";

    [Required]
    public Uri OpenAiAddress { get; set; } = new("https://api.openai.com/v1");

    [Required]
    public Uri AnthropicAddress { get; set; } = new("https://api.anthropic.com");

    /// <summary>Seconds until an answer is no longer waited for.</summary>
    [Range(1, 300)]
    public int AnswerSeconds { get; set; } = 60;
}

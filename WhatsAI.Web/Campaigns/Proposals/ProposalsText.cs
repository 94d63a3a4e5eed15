namespace WhatsAI.Web.Campaigns.Proposals;

/// <summary>Names the resource of the texts about what an AI provider proposes.</summary>
public sealed class ProposalsText;

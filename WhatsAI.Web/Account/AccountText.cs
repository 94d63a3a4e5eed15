namespace WhatsAI.Web.Account;

/// <summary>Marks the texts of the account pages.</summary>
public sealed class AccountText;

namespace WhatsAI.Web.Contacts;

/// <summary>Names the resource of the contacts' texts.</summary>
public sealed class ContactsText;

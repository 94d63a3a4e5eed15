using WhatsAI.Core.Contacts;
using WhatsAI.Core.Contacts.Fields;

namespace WhatsAI.Infrastructure.Contacts;

/// <summary>A contact as somebody adds it by hand.</summary>
/// <param name="Phone">As typed.</param>
public sealed record NewContact(string Phone, string? Name, IReadOnlyList<TagId> Tags, IReadOnlyList<FieldText> Fields);

/// <summary>What a field is to hold, as typed; empty: nothing.</summary>
/// <param name="Key">The field's.</param>
public sealed record FieldText(string Key, string Text);

/// <summary>What somebody changed in a form. A value that another changed meanwhile is not overwritten unseen.</summary>
/// <param name="NameSeen">The own name when the form was opened.</param>
/// <param name="Name">What it is to be; empty: none.</param>
public sealed record ContactEdit(string? NameSeen, string? Name, IReadOnlyList<FieldEdit> Fields);

/// <param name="Key">The field's.</param>
/// <param name="Seen">What it held when the form was opened.</param>
/// <param name="Text">As typed; empty: nothing.</param>
public sealed record FieldEdit(string Key, FieldValue? Seen, string Text);

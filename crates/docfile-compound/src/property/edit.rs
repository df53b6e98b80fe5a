//! Changing a property set: by id, and by name in sets with a dictionary.
//!
//! A change is checked whole before anything is touched, so that a refused one leaves the set as
//! it was; and a set that was only changed here is valid by [MS-OLEPS] when written. Rules:
//! [MS-OLEPS] 2.1 and 2.18, `contract/storage.md` 11, `contract/observed.md` 40 and 42.

use std::borrow::Cow;

use super::code_page::CodePage;
use super::dictionary::Dictionary;
use super::set::{PlacedDictionary, Property, PropertySet};
use super::value::PropertyValue;
use super::well_known::{BEHAVIOR, CODE_PAGE, LOCALE};
use crate::error::{Error, ErrorKind, Result};

impl PropertySet {
    /// Sets a property. When the code page of the set cannot write a text of the value, all of
    /// the set moves to UTF-8.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidParameter`] for a reserved id (0, 1, and all from 0x80000000 on), a
    /// value that [MS-OLEPS] does not allow, and where the set would have to move and holds text
    /// that could not be read.
    pub fn set(&mut self, id: u32, value: impl Into<PropertyValue>) -> Result<()> {
        check_id(id)?;
        self.put(id, value.into())
    }

    /// Removes a property and its name; tells whether there was one.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidParameter`] for a reserved id.
    pub fn remove(&mut self, id: u32) -> Result<bool> {
        check_id(id)?;
        let named = self.dictionary().is_some_and(|names| names.name(id).is_some());
        if !named && self.get(id).is_none() {
            return Ok(false);
        }
        self.touch();
        while let Some(index) = self.properties.iter().position(|property| property.id == id) {
            self.take_out(index);
        }
        if let Some(dictionary) = &mut self.dictionary
            && dictionary.names.remove(id)
        {
            dictionary.stored = 0..0;
        }
        Ok(true)
    }

    /// Sets the property of this name, giving it the lowest free id when the name is new; answers
    /// the id. When the code page of the set cannot write the name or the value, all of the set
    /// moves to UTF-8.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidParameter`] for an empty name or one with a null in it, and as
    /// [`set`](Self::set).
    pub fn set_named(&mut self, name: &str, value: impl Into<PropertyValue>) -> Result<u32> {
        if name.is_empty() || name.contains('\0') {
            return Err(refused("a property name cannot be empty or hold a null"));
        }
        let value = value.into();
        if let Some(id) = self.id_of(name) {
            check_id(id)?;
            self.put(id, value)?;
            return Ok(id);
        }
        let id = self.free_id()?;
        if self.code_page.encode(name).is_none() {
            value.check_writable(CodePage::UTF_8)?;
            self.transcode(CodePage::UTF_8)?;
        }
        self.put(id, value)?;
        let dictionary = self.dictionary.get_or_insert_with(|| PlacedDictionary {
            names: Dictionary::default(),
            // Some readers look for it in front of everything.
            index: 0,
            stored: 0..0,
        });
        dictionary.names.insert(id, name);
        dictionary.stored = 0..0;
        Ok(id)
    }

    /// Removes the property of this name; tells whether there was one.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidParameter`] when a damaged dictionary gives the name to a reserved id.
    pub fn remove_named(&mut self, name: &str) -> Result<bool> {
        self.id_of(name).map_or(Ok(false), |id| self.remove(id))
    }

    /// States another code page, while the set holds nothing that it could matter for.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidParameter`] once there is any property (`contract/observed.md` 42), and
    /// for a code page of which there is no table here. [`transcode`](Self::transcode) changes
    /// the code page of what is there.
    pub fn set_code_page(&mut self, code_page: CodePage) -> Result<()> {
        if self.dictionary.is_some() || self.properties.iter().any(|p| p.id != CODE_PAGE) {
            return Err(refused("the code page is settled once a set holds a property"));
        }
        self.transcode(code_page)
    }

    /// Writes all text of the set, names among it, in another code page.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidParameter`], and nothing is changed, when there is no table of the code
    /// page here, when it cannot write a text of the set, or when a text could not be read.
    pub fn transcode(&mut self, code_page: CodePage) -> Result<()> {
        if !code_page.is_known() {
            return Err(refused("no table of this code page"));
        }
        let values = self.properties.iter().flat_map(|p| p.value.code_page_texts());
        let names = self.dictionary().into_iter().flat_map(|names| names.iter().map(|(_, n)| n));
        for text in values.chain(names) {
            // U+FFFD stands where bytes were not understood; writing it would lose them.
            let is_read = !text.contains(char::REPLACEMENT_CHARACTER)
                && (self.code_page.is_known() || text.is_ascii());
            if !is_read || code_page.encode(text).is_none() {
                return Err(refused(format!("code page {code_page} cannot write {text:?}")));
            }
        }
        if self.code_page == code_page {
            return Ok(());
        }
        self.code_page = code_page;
        for property in &mut self.properties {
            if property.value.holds_code_page_text() {
                property.stored = 0..0;
            }
        }
        if let Some(dictionary) = &mut self.dictionary {
            dictionary.stored = 0..0;
        }
        self.touch();
        Ok(())
    }

    /// Says in which language the set is, as a Windows locale id, or no longer says it.
    pub fn set_locale(&mut self, locale: Option<u32>) {
        self.put_or_remove(LOCALE, locale.map(PropertyValue::Ui4));
    }

    /// Says whether case counts in the names of properties. A set that says so is of version 1.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidParameter`] when names of the set differ in case only and it should no
    /// longer count.
    pub fn set_case_sensitive(&mut self, case_sensitive: bool) -> Result<()> {
        let collides = |names: &Dictionary| names.has_names_that_differ_in_case_only();
        if !case_sensitive && self.dictionary().is_some_and(collides) {
            return Err(refused("names of the set differ in case only"));
        }
        self.put_or_remove(BEHAVIOR, case_sensitive.then_some(PropertyValue::Ui4(1)));
        Ok(())
    }

    fn put_or_remove(&mut self, id: u32, value: Option<PropertyValue>) {
        if self.get(id) == value.as_ref() {
            return;
        }
        self.touch();
        match value {
            Some(value) => self.replace(id, value),
            None => {
                while let Some(index) = self.properties.iter().position(|p| p.id == id) {
                    self.take_out(index);
                }
            }
        }
    }

    /// Sets a property whose id was looked at.
    fn put(&mut self, id: u32, value: PropertyValue) -> Result<()> {
        if self.get(id) == Some(&value) {
            return Ok(());
        }
        if let Err(error) = value.check_writable(self.code_page) {
            value.check_writable(CodePage::UTF_8).map_err(|_| error)?;
            self.transcode(CodePage::UTF_8)?;
        }
        self.touch();
        self.replace(id, value);
        Ok(())
    }

    /// Puts a value in the place of the last one of its id, which is the one that counted.
    fn replace(&mut self, id: u32, value: PropertyValue) {
        let new = Property::new(id, value);
        let Some(place) = self.properties.iter_mut().rev().find(|p| p.id == id) else {
            self.properties.push(new);
            return;
        };
        *place = new;
        while let Some(index) = self.earlier_of_two(id) {
            self.take_out(index);
        }
    }

    fn earlier_of_two(&self, id: u32) -> Option<usize> {
        let first = self.properties.iter().position(|p| p.id == id)?;
        let last = self.properties.iter().rposition(|p| p.id == id)?;
        (first != last).then_some(first)
    }

    fn take_out(&mut self, index: usize) {
        self.properties.remove(index);
        if let Some(dictionary) = &mut self.dictionary
            && dictionary.index > index
        {
            dictionary.index -= 1;
        }
    }

    /// Notes a change, and makes the set state its code page, as every written set does
    /// ([MS-OLEPS] 2.18.2).
    pub(super) fn touch(&mut self) {
        self.changed = true;
        if self.states_code_page() {
            return;
        }
        let stated = PropertyValue::I2(self.code_page.0.cast_signed());
        if self.get(CODE_PAGE).is_some() {
            return self.replace(CODE_PAGE, stated);
        }
        self.properties.insert(0, Property::new(CODE_PAGE, stated));
        if let Some(dictionary) = &mut self.dictionary
            && dictionary.index > 0
        {
            dictionary.index += 1;
        }
    }

    pub(super) fn states_code_page(&self) -> bool {
        self.get(CODE_PAGE) == Some(&PropertyValue::I2(self.code_page.0.cast_signed()))
    }

    /// The lowest id that neither a property nor a name has.
    fn free_id(&self) -> Result<u32> {
        let mut taken: Vec<u32> = self.properties.iter().map(|property| property.id).collect();
        taken
            .extend(self.dictionary().into_iter().flat_map(|names| names.iter().map(|(id, _)| id)));
        taken.sort_unstable();
        let mut free = 2;
        for id in taken {
            if id == free {
                free += 1;
            }
        }
        check_id(free).map(|()| free)
    }
}

/// Whether properties of this id are the user's to set ([MS-OLEPS] 2.1).
fn check_id(id: u32) -> Result<()> {
    if (2..=0x7FFF_FFFF).contains(&id) {
        return Ok(());
    }
    Err(refused(format!("property id {id:#X} is reserved")))
}

fn refused(text: impl Into<Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::InvalidParameter, text)
}
